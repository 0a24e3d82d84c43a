"""Simulators of neighbours: witnesses, a farm's platform, uploaders, intruders, shoppers' phones."""
