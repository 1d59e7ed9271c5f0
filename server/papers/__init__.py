"""First floor: spreadsheets, PDFs and pictures out of plain values."""
