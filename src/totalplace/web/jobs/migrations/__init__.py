"""How the tables of jobs came to be. Flow: jobs.models -> THIS -> the database."""
