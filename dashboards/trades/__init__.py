"""What the pages on experts and on parties to public trades are made of."""
