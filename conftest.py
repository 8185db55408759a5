"""What nbval must not compare: GIFs and stderr change from run to run, like the PNGs it skips by itself."""


def pytest_collectstart(collector):
    if collector.path.suffix == ".ipynb" and hasattr(collector, "skip_compare"):
        collector.skip_compare += ("image/gif", "stderr")
