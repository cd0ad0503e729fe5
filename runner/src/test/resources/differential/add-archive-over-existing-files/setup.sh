mkdir -p t/d && echo new > t/d/file && echo f > t/other && tar -C t -cf it.tar d other && rm -r t
