mkdir t && echo a > t/a && chmod 700 t && chown 9:9 t && tar -C t -cf root.tar . && rm -r t
