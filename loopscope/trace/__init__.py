"""Any Kineto trace as columns."""
