"""How a build on DuckDB takes the place of the one before: two plugins of dbt-duckdb, which profiles.yml.example names,
and what runs and reads builds from outside dbt."""
