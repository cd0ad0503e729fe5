mkdir -p t/usr && echo new > t/usr/file && tar -C t -cf it.tar usr && rm -r t
