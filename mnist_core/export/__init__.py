"""Exports of a run as code, as model files and as tables. Only `keras_model` and `onnx_model` need a worker."""
