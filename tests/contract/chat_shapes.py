"""Holds JSON documents against the shapes of botocore's service models."""

import botocore.loaders
import botocore.model

TYPES = {"string": str, "integer": int, "long": int, "boolean": bool, "float": (int, float), "double": (int, float)}


def output_shape(service, operation):
    """The shape of an operation's answer."""
    description = botocore.loaders.Loader().load_service_model(service, "service-2")
    return botocore.model.ServiceModel(description, service).operation_model(operation).output_shape


def problems(value, shape, at=""):
    """What in a document is unknown to its shape, missing, or of another type."""
    if getattr(shape, "is_document_type", False):
        return []
    if shape.type_name == "structure":
        if not isinstance(value, dict):
            return [f"{at} is no object"]
        unknown = [f"{at}.{name} is unknown" for name in value if name not in shape.members]
        missing = [f"{at}.{name} is missing" for name in shape.required_members if name not in value]
        known = ((name, member) for name, member in value.items() if name in shape.members)
        return unknown + missing + [p for n, v in known for p in problems(v, shape.members[n], f"{at}.{n}")]
    if shape.type_name == "list":
        return [problem for item in value for problem in problems(item, shape.member, f"{at}[]")]
    fits = isinstance(value, TYPES.get(shape.type_name, object))
    return [] if fits else [f"{at} is no {shape.type_name}"]
