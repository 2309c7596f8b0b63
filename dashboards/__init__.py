"""The pages that supervision officers, leaders and investigators see; they only read the store."""
