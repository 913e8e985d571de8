"""The registry: places, their whole history, and what the geocoders answered.

The only package that knows SQLAlchemy. Reading order: ``tables`` (what is stored) → ``encoding``
(a place as a row and back) → ``identity`` (which place is which) → ``database`` (engine, sessions,
upgrade; ``failures`` says in plain words what went wrong) → ``changes`` (the append-only log) →
``store`` (the registry itself) → ``geocode_store`` (answers and quotas) → ``feedback_store`` (what
visitors said) → ``wechat_store`` (the tokens that WeChat issued).
"""
