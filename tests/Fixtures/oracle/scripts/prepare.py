"""Brings a model into the form the quantizers read, changing as little as possible, and says what was changed."""
from onnx import version_converter


def prepare(model):
    """Returns (model, steps). Opset 13 is the first with per-channel DequantizeLinear; older models are upgraded by onnx's converter."""
    steps = []
    names = {tensor.name for tensor in model.graph.initializer}
    kept = [value for value in model.graph.input if value.name not in names]
    if len(kept) < len(model.graph.input):
        del model.graph.input[:]
        model.graph.input.extend(kept)
        model.ir_version = max(model.ir_version, 4)
        steps.append("initializers removed from the graph inputs")

    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if opset < 13:
        model = version_converter.convert_version(model, 13)
        model.ir_version = max(model.ir_version, 7)
        steps.append(f"opset {opset} upgraded to 13 by onnx.version_converter")

    unnamed = [node for node in model.graph.node if not node.name]
    for index, node in enumerate(unnamed):
        node.name = f"{node.op_type}_unnamed_{index}"  # onnxruntime 1.21 fuses two unnamed nodes into two of one name, and refuses that.
    if unnamed:
        steps.append("unnamed nodes named")
    return model, steps
