package io.github.evidently;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends numbered events to a server that may die at any moment, and keeps the ledger of what it acknowledged. */
public final class EventSender implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong lastNumber = new AtomicLong();
    private final Queue<Call> unanswered = new ConcurrentLinkedQueue<>();
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();

    private record Call(String invocationId, List<Long> numbers) {}

    /** Numbers of the events that were answered with an id. */
    public Set<Long> acknowledged() {
        return acknowledged;
    }

    /** The number of the last event sent; all numbers from 1 on were. */
    public long lastNumber() {
        return lastNumber.get();
    }

    /**
     * Sends one batch of new events.
     *
     * @throws IOException when no answer came, so that nobody knows what became of the batch; {@link #retry} asks again
     */
    public int send(URI events, int count) throws IOException, InterruptedException {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(lastNumber.incrementAndGet());
        }
        return send(events, new Call(UUID.randomUUID().toString(), numbers));
    }

    /** Repeats, as an SDK does, the calls that had no answer. */
    public void retry(URI events) throws IOException, InterruptedException {
        for (Call call; (call = unanswered.poll()) != null; ) {
            if (send(events, call) != 200) {
                throw new IllegalStateException("a retry was refused");
            }
        }
    }

    private int send(URI events, Call call) throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder("{\"events\":[");
        for (long number : call.numbers()) {
            body.append("{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{\\\"n\\\":")
                    .append(number)
                    .append("}\"},");
        }
        body.setLength(body.length() - 1);
        HttpRequest request = HttpRequest.newBuilder(events)
                .header("amz-sdk-invocation-id", call.invocationId())
                .POST(BodyPublishers.ofString(body.append("]}").toString()))
                .build();
        HttpResponse<String> response;
        try {
            response = http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            unanswered.add(call);
            throw e;
        }
        if (response.statusCode() == 200) {
            JsonNode results = JSON.readTree(response.body()).path("eventResults");
            for (int i = 0; i < call.numbers().size(); i++) {
                if (results.path(i).path("eventId").isString()) {
                    acknowledged.add(call.numbers().get(i));
                }
            }
        }
        return response.statusCode();
    }

    /**
     * Sends batches, one after the other, until the server is gone or the thread is interrupted.
     *
     * @param answered runs after each answer
     */
    public void sendUntilGone(URI events, int count, Runnable answered) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                send(events, count);
                answered.run();
            }
        } catch (IOException e) {
            // The server is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An event as the server has stored it. */
    public record Stored(long sequence, long number) {}

    /** All events after a sequence, read through the inspection API. */
    public List<Stored> readAfter(ServerProcess server, long sequence) throws IOException, InterruptedException {
        List<Stored> stored = new ArrayList<>();
        JsonNode next = JSON.getNodeFactory().numberNode(sequence);
        while (!next.isNull()) {
            URI page = server.uri("/_evidently/events?limit=1000&after=" + next.longValue());
            JsonNode answer =
                    JSON.readTree(http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                            .body());
            for (JsonNode event : answer.path("events")) {
                long number = JSON.readTree(event.path("data").stringValue())
                        .path("n")
                        .longValue();
                stored.add(new Stored(event.path("sequence").longValue(), number));
            }
            next = answer.path("nextAfter");
        }
        return stored;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
