"""A run to take home: as code, as a model file, as tables. Only `keras_model` and `onnx_model` need a worker."""
