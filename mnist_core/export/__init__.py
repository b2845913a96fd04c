"""Exports of a run as code, as a model file and as tables. Only `keras_model` and `onnx_model` need a worker."""
