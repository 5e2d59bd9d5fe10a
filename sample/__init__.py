"""The bundled sample: made-up incidents in which the published figures of June 2024 hold (README.md)."""
