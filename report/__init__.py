"""The report: every question with its answer, a picture and the table behind it, in one HTML file that needs no server.

    python -m report                                   # of the DuckDB file, in data/report/index.html
    python -m report --target athena                   # of the marts on Athena

It shows what the dashboards show, from the same register and the same definitions of pages and panels (grafana/).
"""
