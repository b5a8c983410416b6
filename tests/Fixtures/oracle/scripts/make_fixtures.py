"""Runs ONNX Runtime's own Python tools on our models and records what they made.

Use: make_fixtures.py MODELS_FOLDER DATA_FOLDER DIGITS_FOLDER OUT_FOLDER [MODEL ...] [+CONFIGURATION ...]
MODELS_FOLDER holds the sample models, DATA_FOLDER the public test models, DIGITS_FOLDER what export-training-data.cs wrote.
"""
import gzip
import hashlib
import json
import logging
import os
import sys
import tempfile
import time

import onnx.reference  # noqa: F401  Before onnxruntime: Debian links both to one schema registry.
import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.matmul_4bits_quantizer import MatMul4BitsQuantizer
from onnxruntime.transformers.float16 import convert_float_to_float16

import inputs
from extract import Quantized
from prepare import prepare

U8, S8 = QuantType.QUInt8, QuantType.QInt8
STATIC = {
    "u8s8-tensor": dict(activation_type=U8, weight_type=S8, per_channel=False),
    "u8s8-channel": dict(activation_type=U8, weight_type=S8, per_channel=True),
    "s8s8-channel": dict(activation_type=S8, weight_type=S8, per_channel=True),
    "s8s8-channel-symmetric": dict(activation_type=S8, weight_type=S8, per_channel=True, extra_options={"ActivationSymmetric": True}),
    "u8u8-tensor": dict(activation_type=U8, weight_type=U8, per_channel=False),
    "u8s8-channel-7bit": dict(activation_type=U8, weight_type=S8, per_channel=True, reduce_range=True),
}
DYNAMIC = {
    "dynamic-tensor": dict(per_channel=False),
    "dynamic-channel": dict(per_channel=True),
    "dynamic-tensor-7bit": dict(per_channel=False, reduce_range=True),
    "dynamic-channel-7bit": dict(per_channel=True, reduce_range=True),
}
RECURRENT = {
    "recurrent-tensor": dict(per_channel=False),
    "recurrent-channel": dict(per_channel=True),
}
# u8 x s8, a scale per tensor; bins: set on the collector itself, since quantize_static has no option for it.
CALIBRATION = {
    "calibrate-minmax": dict(calibrate_method=CalibrationMethod.MinMax),
    "calibrate-average": dict(calibrate_method=CalibrationMethod.MinMax, extra_options={"CalibMovingAverage": True}),
    "calibrate-percentile": dict(calibrate_method=CalibrationMethod.Percentile),
    "calibrate-percentile-99.9": dict(calibrate_method=CalibrationMethod.Percentile, extra_options={"CalibPercentile": 99.9}),
    "calibrate-entropy": dict(calibrate_method=CalibrationMethod.Entropy),
    "calibrate-entropy-512": dict(calibrate_method=CalibrationMethod.Entropy, bins=512),
}
BLOCK4 = {
    "block4-32-symmetric": dict(block_size=32, is_symmetric=True),
    "block4-32-asymmetric": dict(block_size=32, is_symmetric=False),
}
SAMPLES = ["digits-cnn", "digits-transformer"]
PUBLIC = ["mnist-cnn-cntk-opset8", "mnist-self-attention-medium", "mnist-cnn-maxpool-nhwc", "ultraface-RFB-320", "super-resolution-10",
          "magika-standard-v3_3", "silero-vad-v3-2021", "silero-vad-16k-opset15"]


class Reader(CalibrationDataReader):
    def __init__(self, rows):
        self.rows = iter(rows)

    def get_next(self):
        return next(self.rows, None)


def session(model, exact):
    """exact: no saturating 16-bit sums. Processors without VNNI, and Debian's build on any, add pairs of u8*s8 products in 16 bits; with
    optimization off the QDQ form computes in float, and x64quantprecision takes the integer kernels that cannot saturate."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    if exact == "float":
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    if exact == "integer":
        options.add_session_config_entry("session.x64quantprecision", "1")
    options.log_severity_level = 3
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def runner(model):
    """The float model as a function of its inputs, outputs by name."""
    opened = session(model, None)
    names = [output.name for output in opened.get_outputs()]
    return lambda row: dict(zip(names, opened.run(None, row)))


def sqnr(reference, model, rows, exact=None):
    """Signal to noise in dB per output, over all held-out samples together."""
    expected, actual = session(reference, None), session(model, exact)
    signal, noise = {}, {}
    for row in rows:
        for output, e, a in zip(expected.get_outputs(), expected.run(None, row), actual.run(None, row)):
            e, a = e.astype(np.float64), a.astype(np.float64)
            signal[output.name] = signal.get(output.name, 0) + float((e * e).sum())
            noise[output.name] = noise.get(output.name, 0) + float(((e - a) ** 2).sum())
    return {o: round(float(10 * np.log10(signal[o] / noise[o])), 2) if noise[o] > 0 else None for o in signal}


def static(model, rows, settings):
    settings = {"calibrate_method": CalibrationMethod.MinMax, **settings}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "q.onnx")
        start = time.perf_counter()
        quantize_static(model, path, Reader(rows), quant_format=QuantFormat.QDQ, **settings)
        return onnx.load(path), time.perf_counter() - start


def calibrated(model, rows, settings):
    settings = dict(settings)
    bins = settings.pop("bins", None)
    quantize = sys.modules["onnxruntime.quantization.quantize"]  # The package shows a function of that name.
    plain = quantize.create_calibrator
    if bins is not None:
        quantize.create_calibrator = lambda *args, **more: plain(*args, **{**more, "extra_options": {**more["extra_options"], "num_bins": bins}})
    try:
        return static(model, rows, dict(settings, activation_type=U8, weight_type=S8, per_channel=False))
    finally:
        quantize.create_calibrator = plain


def recurrent(model, settings):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "q.onnx")
        start = time.perf_counter()
        quantize_dynamic(model, path, op_types_to_quantize=["LSTM"], weight_type=S8, extra_options={"EnableSubgraph": True}, **settings)
        return onnx.load(path), time.perf_counter() - start


def dynamic(model, settings):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "q.onnx")
        start = time.perf_counter()
        quantize_dynamic(model, path, op_types_to_quantize=["MatMul"], weight_type=S8, **settings)
        return onnx.load(path), time.perf_counter() - start


def block4(model, settings):
    start = time.perf_counter()
    quantizer = MatMul4BitsQuantizer(model, quant_format=QuantFormat.QDQ, **settings)
    quantizer.process()
    return quantizer.model.model, time.perf_counter() - start


def half_content(model):
    rows = []
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT16:
            rows.append({"name": tensor.name, "shape": list(tensor.dims),
                         "sha256": hashlib.sha256(numpy_helper.to_array(tensor).astype("<f2").tobytes()).hexdigest()})
    casts = [{"from": n.input[0], "to": onnx.TensorProto.DataType.Name(n.attribute[0].i)} for n in model.graph.node if n.op_type == "Cast"]
    return {"weights": rows, "casts": casts}


def content(kind, model):
    quantized = Quantized(model)
    if kind == "fp16":
        return half_content(model)
    if kind == "dynamic":
        ops = {}
        for node in model.graph.node:
            ops[node.op_type] = ops.get(node.op_type, 0) + 1
        return {"weights": quantized.integer_weights(), "ops": ops}
    if kind == "recurrent":
        return {"weights": quantized.recurrent_weights()}
    if kind == "calibration":
        return {"activations": quantized.activations()}
    if kind == "block4":
        return {"weights": [dict(row, name=row["initializer"].removesuffix("_DQ_Q4")) for row in quantized.weights()]}
    return {"weights": quantized.weights(), "activations": quantized.activations(), "placement": quantized.placement()}


def write(folder, model, config, record):
    text = json.dumps(record, separators=(",", ":"), allow_nan=False)
    with open(os.path.join(folder, f"{model}.{config}.json.gz"), "wb") as file:
        file.write(gzip.compress(text.encode(), 9, mtime=0))


def runs(model, rows):
    for config, settings in STATIC.items():
        yield "static", config, lambda s=settings: static(onnx.ModelProto.FromString(model), rows, s)
    for config, settings in CALIBRATION.items():
        yield "calibration", config, lambda s=settings: calibrated(onnx.ModelProto.FromString(model), rows, s)
    for config, settings in RECURRENT.items():
        yield "recurrent", config, lambda s=settings: recurrent(onnx.ModelProto.FromString(model), s)
    for config, settings in DYNAMIC.items():
        yield "dynamic", config, lambda s=settings: dynamic(onnx.ModelProto.FromString(model), s)
    for config, settings in BLOCK4.items():
        yield "block4", config, lambda s=settings: block4(onnx.ModelProto.FromString(model), s)
    yield "fp16", "fp16", lambda: half(onnx.ModelProto.FromString(model))


def half(model):
    start = time.perf_counter()
    return convert_float_to_float16(model, keep_io_types=True), time.perf_counter() - start


def record_model(key, model, source_hash, steps, rows, out, configs):
    name = model.graph.input[0].name
    fed = inputs.FEEDS.get(key.removesuffix(".folded"))
    count = inputs.counts(key.removesuffix(".folded"))[0]
    calibration, held_out = rows[:count], rows[count:]
    head = {
        "model": key, "model_sha256": source_hash, "preparation": steps, "input": name, "input_shape": list(rows[0][name].shape),
        **({"feeds": [dict(zip(("name", "dtype", "shape", "fill"), (n, d, s, str(f)))) for n, d, s, f in fed]} if fed else {}),
        "calibration_samples": len(calibration), "held_out_samples": len(held_out),
        "calibration_sha256": inputs.digest(calibration, name), "held_out_sha256": inputs.digest(held_out, name),
        "tools": {"onnxruntime": ort.__version__, "onnx": onnx.__version__, "numpy": np.__version__},
    }
    for kind, config, run in runs(model.SerializeToString(), calibration):
        if configs and not any(config.startswith(prefix) for prefix in configs):
            continue
        record = dict(head, kind=kind, config=config)
        try:
            result, seconds = run()
            record.update(content(kind, result), tool_seconds=round(seconds, 3))
        except Exception as error:  # The refusal of the tool is what we want to know.
            record["refused"] = f"{type(error).__name__}: {str(error)[:300]}"
            result = None
        if result is not None:
            try:
                record["sqnr_db"] = sqnr(model, result, held_out)
                record["sqnr_exact_db"] = sqnr(model, result, held_out, "integer" if kind in ("dynamic", "recurrent") else "float")
            except Exception as error:
                record["not_run"] = f"{type(error).__name__}: {str(error)[:300]}"
        if record.get("weights") == []:
            print(key, config, "left the model as it was")
            continue
        write(out, key, config, record)
        trouble = record.get("refused", record.get("not_run", ""))
        print(key, config, len(record.get("weights", [])), record.get("sqnr_db"), record.get("sqnr_exact_db"), trouble, flush=True)


def folded(model):
    """BatchNormalization folded and constants evaluated by onnxruntime's portable clean-up (basic level): what quant_pre_process runs;
    called directly, because that wrapper fails on models with initializers nobody uses."""
    used = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    with tempfile.TemporaryDirectory() as folder:
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = os.path.join(folder, "p.onnx")
        ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return onnx.load(options.optimized_model_filepath)


def main():
    logging.disable(logging.ERROR)
    ort.set_default_logger_severity(3)
    models, data, digits, out, *chosen = sys.argv[1:]
    configs = [word[1:] for word in chosen if word.startswith("+")]
    chosen = [word for word in chosen if not word.startswith("+")]
    for key in chosen or SAMPLES + PUBLIC:
        path = os.path.join(models if key in SAMPLES else data, key + ".onnx")
        source_hash = hashlib.sha256(open(path, "rb").read()).hexdigest()
        model, steps = prepare(onnx.load(path))
        shape = [d.dim_value if d.HasField("dim_value") else 1 for d in model.graph.input[0].type.tensor_type.shape.dim]
        rows = inputs.feeds(
            key, model.graph.input[0].name, shape, os.path.dirname(os.path.abspath(data)), os.path.join(digits, "calibration-images.bin"), runner(model))
        record_model(key, model, source_hash, steps, rows, out, configs)
        if any(node.op_type == "BatchNormalization" for node in model.graph.node):
            prepared = folded(model)
            steps = [*steps, "optimized by onnxruntime at the basic level (BatchNormalization folded)"]
            record_model(key + ".folded", prepared, source_hash, steps, rows, out, configs)
            if key in SAMPLES:
                onnx.save(prepared, os.path.join(out, key + ".folded.onnx"))


if __name__ == "__main__":
    main()
