"""The commands of `jiangji`, one file a subject. They read the environment, join rooms and talk; the work is done in services."""
