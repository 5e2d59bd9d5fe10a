-- The role as which Grafana reads the marts. compose.yaml runs this once, when PostgreSQL's volume is new; on a server of
-- your own: GRAFANA_READER_PASSWORD=... psql -f grafana/postgres/reader.sql DATABASE
-- python -m grafana.publish then grants it each table.

\getenv reader_password GRAFANA_READER_PASSWORD
CREATE ROLE grafana_reader LOGIN PASSWORD :'reader_password';
-- Panels name tables without their schema, as on Athena.
ALTER ROLE grafana_reader SET search_path = marts;
ALTER ROLE grafana_reader SET default_transaction_read_only = on;
-- A query that never ends would keep the next publication from its end.
ALTER ROLE grafana_reader SET statement_timeout = '60s';
-- Everyone may make temporary tables by default, which fill the disk.
REVOKE TEMPORARY ON DATABASE :"DBNAME" FROM PUBLIC;
