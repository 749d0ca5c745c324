"""The audit's reckoning: what is read (`offsets`, `topics`, `stored`), the balances as pure functions, and how they are shown."""
