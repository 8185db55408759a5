"""All that is held against the references: the one place that imports the course, which quiets MindSpore's log first."""



__all__ = [name for name in dir() if not name.startswith("_")]
