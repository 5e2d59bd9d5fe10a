"""The dashboards as code, and what brings the marts to them."""
