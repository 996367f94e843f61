"""What a training bought, and the next plan: scores of items, cohort, report, plan."""
