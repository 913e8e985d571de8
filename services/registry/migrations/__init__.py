"""Alembic's folder: ``Database.upgrade`` runs it; there is no alembic.ini."""
