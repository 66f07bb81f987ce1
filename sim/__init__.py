"""The market: customers and firms put together month after month, and measured."""
