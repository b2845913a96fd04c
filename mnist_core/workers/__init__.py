"""The processes that train: what one does, who starts and replaces them here, and who places them on a cluster."""
