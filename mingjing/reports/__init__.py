"""The brief 效能通报 for leaders: facts out of a store, their content (pure), and that content as PDF and Excel."""
