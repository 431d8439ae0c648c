%% The Erlang side of the table: the same work on one scheduler, asked for by lines on standard input.
%%
%% A line holds a number of operations; the answer is `{"counted": …, "elapsedNs": …}`, or `"bytes"` where the row
%% weighs instead of timing. What is counted is what arrived at the far end, never what was sent.
-module(bench).
-export([main/1]).

main([Row]) ->
    {Run, Settle} = open(list_to_atom(Row)),
    io:format("ready~n"),
    serve(Run, Settle).

serve(Run, Settle) ->
    case io:get_line("") of
        eof -> halt(0);
        Line ->
            Operations = list_to_integer(string:trim(Line)),
            {Counted, Measured} = alone(fun() -> Run(Operations) end),
            Settle(),
            io:format("{\"counted\":~b,~s}~n", [Counted, Measured]),
            serve(Run, Settle)
    end.

%% Every round in a process of its own, as a program would; its heap ends with it.
alone(Run) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({measured, measure(Run)}) end),
    receive
        {'DOWN', Ref, process, Pid, {measured, Measured}} -> Measured;
        {'DOWN', Ref, process, Pid, Reason} -> io:format("{\"fault\":\"~0p\"}~n", [Reason]), halt(1)
    end.

measure(Run) ->
    Begun = erlang:monotonic_time(nanosecond),
    Answer = Run(),
    Elapsed = erlang:monotonic_time(nanosecond) - Begun,
    case Answer of
        {weighed, Counted, Bytes} -> {Counted, io_lib:format("\"bytes\":~b", [Bytes])};
        Count when is_function(Count) -> {Count(), io_lib:format("\"elapsedNs\":~b", [Elapsed])};
        Counted -> {Counted, io_lib:format("\"elapsedNs\":~b", [Elapsed])}
    end.

nothing() -> ok.

open(count) ->
    Receiver = spawn(fun() -> counting(0) end),
    {fun(N) -> send(Receiver, 0, N), ask(Receiver) end, fun nothing/0};
open('ping-pong') ->
    [A, B] = [spawn(fun() -> answering(0, none) end) || _ <- [1, 2]],
    {fun(N) -> play(A, B, N) end, fun nothing/0};
open(ring) ->
    First = spawn(fun() -> receive {peer, Peer} -> passing(Peer, 0, none) end end),
    Rest = chain(First, 999),
    First ! {peer, hd(Rest)},
    {fun(N) -> pass(First, [First | Rest], N) end, fun nothing/0};
open('call-outside') ->
    open(call);
open(call) ->
    {ok, Server} = gen_server:start(counter, 0, []),
    {fun(N) -> calls(Server, N), gen_server:call(Server, take) end, fun nothing/0};
open(cast) ->
    {ok, Server} = gen_server:start(counter, 0, []),
    {fun(N) -> casts(Server, 0, N), gen_server:call(Server, take) end, fun nothing/0};
open('start-stop') ->
    Started = counters:new(1, []),
    Stopped = counters:new(1, []),
    {fun(N) ->
        counters:put(Started, 1, 0),
        counters:put(Stopped, 1, 0),
        started(N, {Started, Stopped}),
        min(counters:get(Started, 1), counters:get(Stopped, 1))
     end, fun nothing/0};
open('heap-per-actor') ->
    {fun(N) ->
        erlang:garbage_collect(),
        Before = erlang:memory(processes),
        Servers = [element(2, gen_server:start(counter, I, [])) || I <- lists:seq(1, N)],
        erlang:garbage_collect(),
        %% The list that holds the pids is the bench's own: two words a pid.
        Bytes = erlang:memory(processes) - Before - 2 * erlang:system_info(wordsize) * N,
        Counted = length([S || S <- Servers, is_process_alive(S)]),
        [exit(S, kill) || S <- Servers],
        {weighed, Counted, Bytes}
     end, fun nothing/0};
open(Row) ->
    savina:open(Row).

counting(Next) ->
    receive
        Next -> counting(Next + 1);
        {ask, From} -> From ! {counted, Next}, counting(0);
        Other -> exit({out_of_order, Other, Next})
    end.

send(_, N, N) -> ok;
send(Receiver, I, N) -> Receiver ! I, send(Receiver, I + 1, N).

ask(Receiver) ->
    Ref = monitor(process, Receiver),
    Receiver ! {ask, self()},
    receive
        {counted, Counted} -> demonitor(Ref, [flush]), Counted;
        {'DOWN', Ref, process, _, Reason} -> exit(Reason)
    end.

%% Answers whoever sent the ball.
answering(Seen, Referee) ->
    receive
        {ball, 1, _From} -> Referee ! done, answering(Seen + 1, Referee);
        {ball, Left, From} -> From ! {ball, Left - 1, self()}, answering(Seen + 1, Referee);
        {referee, New} -> answering(Seen, New);
        {ask, From} -> From ! {counted, Seen}, answering(0, none)
    end.

play(A, B, N) ->
    [P ! {referee, self()} || P <- [A, B]],
    A ! {ball, N, B},
    receive done -> ok end,
    ask(A) + ask(B).

%% Hands the number on to the next of the ring.
passing(Next, Seen, Referee) ->
    receive
        1 -> Referee ! done, passing(Next, Seen + 1, Referee);
        Left when is_integer(Left) -> Next ! Left - 1, passing(Next, Seen + 1, Referee);
        {referee, New} -> passing(Next, Seen, New);
        {ask, From} -> From ! {counted, Seen}, passing(Next, 0, none)
    end.

pass(First, Players, N) ->
    [P ! {referee, self()} || P <- Players],
    First ! N,
    receive done -> fun() -> lists:sum([ask(P) || P <- Players]) end end.

chain(Last, 1) -> [spawn(fun() -> passing(Last, 0, none) end)];
chain(Last, N) ->
    Rest = [Next | _] = chain(Last, N - 1),
    [spawn(fun() -> passing(Next, 0, none) end) | Rest].

calls(_, 0) -> ok;
calls(Server, N) -> _ = gen_server:call(Server, {add, 1}), calls(Server, N - 1).

casts(_, N, N) -> ok;
casts(Server, I, N) -> gen_server:cast(Server, {next, I}), casts(Server, I + 1, N).

started(0, _) -> ok;
started(N, Counters) ->
    {ok, Server} = gen_server:start(counter, Counters, []),
    ok = gen_server:stop(Server),
    started(N - 1, Counters).
