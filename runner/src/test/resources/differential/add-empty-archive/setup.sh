tar -cf empty.tar -T /dev/null
