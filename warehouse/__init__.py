"""What runs inside dbt's own process on DuckDB, as plugins of dbt-duckdb (profiles.yml.example names them)."""
