from tests.at_the_desk import desk, statics_from_the_tree, stores

__all__ = ["desk", "statics_from_the_tree", "stores"]
