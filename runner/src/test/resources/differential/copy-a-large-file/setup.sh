dd if=/dev/zero bs=1M count=12 2>/dev/null | tr '\0' 'x' > large && truncate -s 20M sparse
