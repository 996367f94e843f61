"""From what ran to points and pages: grades, feedback, likeness, certificates, exports."""
