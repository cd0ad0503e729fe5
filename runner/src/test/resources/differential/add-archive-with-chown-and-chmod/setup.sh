mkdir -p t/d && echo a > t/d/a && chown 9:9 t/d/a && tar -C t -cf it.tar d && rm -r t
