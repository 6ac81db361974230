"""The commands of ``zhike``, one file each; see ``zhike.site.cli``."""
