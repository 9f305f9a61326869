"""What TensorBoard reads: event files beside the trace."""
