"""From sources to learner editions: build, the rules that a lesson keeps, the item bank, a copy to publish."""
