"""What learning platforms are asked and told over the network: a module each, and what they share."""
