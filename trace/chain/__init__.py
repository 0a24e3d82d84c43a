"""The food: facts, admission, effects, the lot graph. Pure: decisions on values."""
