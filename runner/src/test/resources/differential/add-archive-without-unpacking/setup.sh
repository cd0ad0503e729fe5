echo a > a && tar --mtime=@1500000000 -cf it.tar a
