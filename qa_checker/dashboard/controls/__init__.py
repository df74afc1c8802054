"""What one clicks and types into: filters, links, tables, boxes that remember; and the address that holds it all."""
