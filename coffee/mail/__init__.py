"""Mail: letters, and the post that takes them."""
