"""The kernel as a Django application."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Loads every package's declarations once all models exist."""

    name = "zhike.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and the loader of moments."""
        from zhike.kernel import checks, loaders  # noqa: F401


class PackageConfig(AppConfig):
    """Base of the business packages: imports the uniform rooms so that they register."""

    default_auto_field = "django.db.models.BigAutoField"
    rooms = (
        "events", "policies", "metrics", "actions", "handlers", "jobs", "resources", "timeline",
        "evidence", "approvals", "offers",
    )  # fmt: skip

    def ready(self) -> None:
        """Import each room that the package has."""
        from importlib import import_module
        from importlib.util import find_spec

        for room in self.rooms:
            if find_spec(f"{self.name}.{room}"):
                import_module(f"{self.name}.{room}")
