"""What the organization knows: practices, how they are found, and how an answer is made of them."""
