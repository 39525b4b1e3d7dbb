// Kinesalite, in memory and on the loopback interface only: node serve.js PORT
require("kinesalite")().listen(Number(process.argv[2]), "127.0.0.1");
