"""The flows that send messages by themselves, declared by the packages they belong to."""

automated_flows: dict[str, str] = {}


def automated_flow(code: str, title: str) -> str:
    """Declare such a flow, so that the review rule may name it; returns the code."""
    automated_flows[code] = title
    return code
