"""Reads what a quantizer did out of the model it wrote."""
import hashlib

import numpy as np
import onnx
from onnx import numpy_helper

INTEGER = {onnx.TensorProto.INT8: "int8", onnx.TensorProto.UINT8: "uint8", onnx.TensorProto.INT32: "int32",
           onnx.TensorProto.INT4: "int4", onnx.TensorProto.UINT4: "uint4"}


def short(values):
    """float32 as the shortest decimal that reads back as the same float32."""
    return [float(str(np.float32(value))) for value in np.asarray(values).reshape(-1)]


def integers(values):
    return [int(value) for value in np.asarray(values).reshape(-1)]


def raw(tensor):
    """Little-endian bytes; 4-bit values stay packed two to a byte, low nibble first."""
    if tensor.raw_data:
        return tensor.raw_data
    if tensor.data_type in (onnx.TensorProto.INT4, onnx.TensorProto.UINT4):
        return bytes(value & 0xFF for value in tensor.int32_data)
    return numpy_helper.to_array(tensor).tobytes()


def attribute(node, name, default):
    return next((onnx.helper.get_attribute_value(a) for a in node.attribute if a.name == name), default)


class Quantized:
    def __init__(self, model):
        self.graph = model.graph
        self.initializers = {tensor.name: tensor for tensor in self.graph.initializer}
        self.dequantized = {n.output[0] for n in self.graph.node if n.op_type == "DequantizeLinear"}

    def array(self, name):
        return numpy_helper.to_array(self.initializers[name])

    def parameters(self, scale, zero_point):
        zeros = self.initializers.get(zero_point)
        packed = zeros is not None and zeros.data_type in (onnx.TensorProto.INT4, onnx.TensorProto.UINT4)
        return {
            "scale": short(self.array(scale)),
            "zero_point": [] if zeros is None else list(raw(zeros)) if packed else integers(self.array(zero_point)),
        }

    def weight(self, name, scale, zero_point, axis=None, **more):
        tensor = self.initializers[name]
        return {
            "initializer": name, "name": original(name), "dtype": INTEGER[tensor.data_type], "shape": list(tensor.dims), "axis": axis,
            "sha256": hashlib.sha256(raw(tensor)).hexdigest(), **self.parameters(scale, zero_point), **more,
        }

    def weights(self):
        """Constants behind a DequantizeLinear."""
        rows = []
        for node in self.graph.node:
            if node.op_type == "DequantizeLinear" and node.input[0] in self.initializers:
                zero_point = node.input[2] if len(node.input) > 2 else ""
                per_axis = self.array(node.input[1]).ndim > 0
                block = attribute(node, "block_size", 0)
                axis = attribute(node, "axis", 1) if per_axis else None
                more = {"block_size": block} if block else {}
                rows.append(self.weight(node.input[0], node.input[1], zero_point, axis, **more))
        return sorted(rows, key=lambda row: row["name"])

    def activations(self):
        """Values that pass through a QuantizeLinear, with their range's scale and zero point."""
        rows = [
            {"name": node.input[0], "dtype": INTEGER[self.initializers[node.input[2]].data_type],
             **self.parameters(node.input[1], node.input[2])}
            for node in self.graph.node if node.op_type == "QuantizeLinear"
        ]
        return sorted(rows, key=lambda row: row["name"])

    def placement(self):
        """Per remaining node: which inputs come out of a DequantizeLinear, which outputs go into a QuantizeLinear."""
        quantized = {n.input[0] for n in self.graph.node if n.op_type == "QuantizeLinear"}
        return [
            {"name": n.name, "op": n.op_type, "output": n.output[0],
             "inputs": "".join("q" if i in self.dequantized else "f" for i in n.input),
             "outputs": "".join("q" if o in quantized else "f" for o in n.output)}
            for n in self.graph.node if n.op_type not in ("QuantizeLinear", "DequantizeLinear", "Constant")
        ]

    def integer_weights(self):
        """Constants of MatMulInteger and ConvInteger (the dynamic form)."""
        rows = []
        for node in self.graph.node:
            if node.op_type in ("MatMulInteger", "ConvInteger") and node.input[1] in self.initializers:
                stem = node.input[1].removesuffix("_quantized")
                scales = self.array(stem + "_scale")
                axis = None if scales.size == 1 else (1 if node.op_type == "MatMulInteger" else 0)
                rows.append(self.weight(node.input[1], stem + "_scale", node.input[3], axis, op=node.op_type))
        return sorted(rows, key=lambda row: row["name"])

    def recurrent_weights(self):
        """Both matrices of each DynamicQuantizeLSTM, transposed by the tool: [directions, from, 4 * hidden]. Subgraphs too."""
        return sorted(self._recurrent(self.graph), key=lambda row: row["name"])

    def _recurrent(self, graph):
        initializers = {**self.initializers, **{tensor.name: tensor for tensor in graph.initializer}}
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.type == onnx.AttributeProto.GRAPH:
                    yield from self._recurrent(attribute.g)
            if node.op_type == "DynamicQuantizeLSTM":
                for slot, scale, zero in ((1, 8, 9), (2, 10, 11)):
                    codes, scales = initializers[node.input[slot]], numpy_helper.to_array(initializers[node.input[scale]])
                    yield {"initializer": codes.name, "name": original(codes.name), "dtype": INTEGER[codes.data_type], "shape": list(codes.dims),
                           "axis": 2 if scales.size > codes.dims[0] else None, "sha256": hashlib.sha256(raw(codes)).hexdigest(),
                           "scale": short(scales), "zero_point": integers(numpy_helper.to_array(initializers[node.input[zero]])), "op": node.op_type}


def original(name):
    return name.removesuffix("_quantized")
