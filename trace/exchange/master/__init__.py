"""Master data as tables: 本单位, 产品, 地点; what a firm says of itself, its goods and its places."""
