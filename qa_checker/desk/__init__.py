"""People's decisions: reviews, appeals, the ledger, accounts, samples and the audit log, in a database of their own."""
