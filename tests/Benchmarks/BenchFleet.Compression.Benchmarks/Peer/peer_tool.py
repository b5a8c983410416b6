"""ONNX Runtime's own Python tools doing what a recipe says: the peer that compression is timed against.

Use: peer_tool.py once RECIPE CHECKED SOURCE TARGET CALIBRATION COMPARED
     peer_tool.py serve     does the same for each line of standard input (tab-separated, without "once") and answers "done"
"""
import logging
import os
import sys
import zlib

os.environ.setdefault("ORT_LOGGING_LEVEL", "3")


def samples(source, count):
    import numpy as np
    import onnx

    graph = onnx.load(source, load_external_data=False).graph
    constants = {tensor.name for tensor in graph.initializer}
    random = np.random.default_rng(1)
    inputs = [value for value in graph.input if value.name not in constants]
    shapes = {value.name: [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim] for value in inputs}
    return [{name: random.standard_normal(shape, dtype=np.float32) for name, shape in shapes.items()} for _ in range(count)]


def make(recipe, source, target, calibration):
    import onnx
    import onnx.reference  # noqa: F401  Before onnxruntime: some builds link both to one schema registry.

    if recipe == "quantize.dynamic":
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(source, target, op_types_to_quantize=["MatMul"], weight_type=QuantType.QInt8)
    elif recipe == "quantize.static":
        from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

        class Reader(CalibrationDataReader):
            def __init__(self):
                self.rows = iter(samples(source, calibration))

            def get_next(self):
                return next(self.rows, None)

        quantize_static(source, target, Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    else:
        from onnxruntime.quantization import QuantFormat
        from onnxruntime.quantization.matmul_4bits_quantizer import MatMul4BitsQuantizer

        quantizer = MatMul4BitsQuantizer(onnx.load(source), block_size=32, is_symmetric=True, quant_format=QuantFormat.QDQ)
        quantizer.process()
        quantizer.model.save_model_to_file(target, False)


def check(source, target, compared):
    """What our command line does beside making the file."""
    import numpy as np
    import onnx
    import onnxruntime as ort

    onnx.checker.check_model(source)
    onnx.checker.check_model(target)
    options = ort.SessionOptions()
    options.optimized_model_filepath = target + ".optimized"
    ort.InferenceSession(target, options, providers=["CPUExecutionProvider"])
    operators = {}
    # Weights that the runtime holds in its own memory are named there, and nowhere to be read.
    for node in onnx.load(options.optimized_model_filepath, load_external_data=False).graph.node:
        operators[node.op_type] = operators.get(node.op_type, 0) + 1
    os.remove(options.optimized_model_filepath)

    original, variant = (ort.InferenceSession(path, providers=["CPUExecutionProvider"]) for path in (source, target))
    signal = noise = agreed = 0
    for row in samples(source, compared):
        expected, actual = original.run(None, row)[0], variant.run(None, row)[0]
        signal += float((expected.astype(np.float64) ** 2).sum())
        noise += float(((expected.astype(np.float64) - actual) ** 2).sum())
        agreed += int(expected.argmax() == actual.argmax())
    with open(target, "rb") as file:
        deflated = len(zlib.compress(file.read(), 1))
    return operators, 10 * np.log10(signal / noise), agreed, deflated


def do(recipe, checked, source, target, calibration, compared):
    make(recipe, source, target, int(calibration))
    if checked == "1":
        check(source, target, int(compared))


def main():
    logging.disable(logging.ERROR)
    if sys.argv[1] == "once":
        do(*sys.argv[2:])
        return
    for line in sys.stdin:
        do(*line.rstrip("\n").split("\t"))
        print("done", flush=True)


if __name__ == "__main__":
    main()
