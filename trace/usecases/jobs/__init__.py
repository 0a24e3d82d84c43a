"""What is done later or again and again, outside any request, by whichever process comes first."""
