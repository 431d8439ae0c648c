# The Elixir side: Registry and DynamicSupervisor, the same work on one scheduler, the same lines as bench.erl.

defmodule Counter do
  use GenServer

  def start_link(count), do: GenServer.start_link(__MODULE__, count)

  @impl true
  def init(count), do: {:ok, count}

  @impl true
  def handle_call({:add, by}, _from, count), do: {:reply, count + by, count + by}
  def handle_call(:take, _from, count), do: {:reply, count, 0}

  @impl true
  def handle_info(:told, count), do: {:noreply, count + 1}
end

defmodule Bench do
  def main(row) do
    {run, settle} = open(row)
    IO.puts("ready")
    serve(run, settle)
  end

  defp serve(run, settle) do
    case IO.gets("") do
      :eof ->
        :ok

      line ->
        operations = line |> String.trim() |> String.to_integer()
        task = Task.async(fn -> measure(run, operations) end)
        {counted, elapsed, answer} = Task.await(task, :infinity)
        settle.(answer)
        figure = if match?({_, :figure, _}, answer), do: ~s(,"figure":#{elem(answer, 2)}), else: ""
        IO.puts(~s({"counted":#{counted},"elapsedNs":#{elapsed}#{figure}}))
        serve(run, settle)
    end
  end

  # The answer of a round is the count, or the count with what `settle` has to clear away.
  defp measure(run, operations) do
    begun = System.monotonic_time(:nanosecond)
    answer = run.(operations)
    elapsed = System.monotonic_time(:nanosecond) - begun
    counted = if is_tuple(answer), do: elem(answer, 0), else: answer
    {counted, elapsed, answer}
  end

  defp nothing(_answer), do: :ok

  defp open("register-unregister") do
    {:ok, _} = Registry.start_link(keys: :unique, name: Names)
    keys = keys(1_000)

    {fn operations ->
       done = register(keys, keys, operations, 0)
       0 = Registry.count(Names)
       done
     end, &nothing/1}
  end

  defp open("lookup") do
    {:ok, _} = Registry.start_link(keys: :unique, name: Names)
    keys = keys(10_000)
    for {key, i} <- Enum.with_index(keys), do: {:ok, _} = Registry.register(Names, key, i)
    {fn operations -> lookup(keys, keys, 0, operations, 0) end, &nothing/1}
  end

  defp open("stale-reads") do
    {:ok, _} = Registry.start_link(keys: :unique, name: Names)

    {fn rounds ->
       stale = for i <- 1..rounds, stale?(i), do: i
       {rounds, :figure, length(stale)}
     end, &nothing/1}
  end

  defp open("via-call") do
    {:ok, _} = Registry.start_link(keys: :unique, name: Names)
    name = {:via, Registry, {Names, "hits"}}
    {:ok, _} = GenServer.start_link(Counter, 0, name: name)

    {fn operations ->
       calls(name, operations)
       GenServer.call(name, :take)
     end, &nothing/1}
  end

  defp open("routed-call") do
    members = members(10)

    {fn operations ->
       routed(operations)
       taken = for pid <- members, do: GenServer.call(pid, :take)
       true = Enum.max(taken) - Enum.min(taken) <= 1
       Enum.sum(taken)
     end, &nothing/1}
  end

  defp open("dispatch") do
    members = members(990)

    {fn operations ->
       for _ <- 1..div(operations, 990) do
         Registry.dispatch(Names, "pool", fn entries -> for {pid, _} <- entries, do: send(pid, :told) end)
       end

       members |> Enum.map(&GenServer.call(&1, :take)) |> Enum.sum()
     end, &nothing/1}
  end

  defp open("start-child") do
    {fn operations ->
       {:ok, supervisor} = DynamicSupervisor.start_link(strategy: :one_for_one)
       Process.unlink(supervisor)
       start_children(supervisor, operations)
       {DynamicSupervisor.count_children(supervisor).active, supervisor}
     end, fn {_, supervisor} -> DynamicSupervisor.stop(supervisor, :shutdown, :infinity) end}
  end

  defp open("restart") do
    {:ok, _} = Registry.start_link(keys: :unique, name: Names)
    name = {:via, Registry, {Names, "hits"}}
    child = %{id: "hits", start: {GenServer, :start_link, [Counter, 0, [name: name]]}}
    limit = [strategy: :one_for_one, max_restarts: 1_000_000_000, max_seconds: 1]
    {:ok, supervisor} = Supervisor.start_link([child], limit)
    Process.unlink(supervisor)
    {fn operations -> restarts(name, GenServer.whereis(name), operations, 0) end, &nothing/1}
  end

  defp restarts(_, _, 0, done), do: done

  defp restarts(name, last, left, done) do
    ref = Process.monitor(last)
    Process.exit(last, :kill)
    receive(do: ({:DOWN, ^ref, _, _, _} -> :ok))
    restarts(name, successor(name, last), left - 1, done + 1)
  end

  # The registry shows the dead for a while, then nobody, then the next one.
  defp successor(name, last) do
    case GenServer.whereis(name) do
      pid when is_pid(pid) and pid != last ->
        pid

      _ ->
        :erlang.yield()
        successor(name, last)
    end
  end

  defp keys(count), do: for(i <- 1..count, do: "user:#{i}")

  defp members(count) do
    {:ok, _} = Registry.start_link(keys: :duplicate, name: Names)
    owner = self()

    members =
      for _ <- 1..count do
        :proc_lib.spawn_link(fn ->
          {:ok, _} = Registry.register(Names, "pool", nil)
          send(owner, :ready)
          :gen_server.enter_loop(Counter, [], 0)
        end)
      end

    for _ <- members, do: receive(do: (:ready -> :ok))
    members
  end

  defp register(_, _, 0, done), do: done
  defp register([], keys, left, done), do: register(keys, keys, left, done)

  defp register([key | rest], keys, left, done) do
    {:ok, _} = Registry.register(Names, key, nil)
    :ok = Registry.unregister(Names, key)
    register(rest, keys, left - 1, done + 1)
  end

  defp lookup(_, _, _, 0, found), do: found
  defp lookup([], keys, _, left, found), do: lookup(keys, keys, 0, left, found)

  defp lookup([key | rest], keys, i, left, found) do
    [{_, ^i}] = Registry.lookup(Names, key)
    lookup(rest, keys, i + 1, left - 1, found + 1)
  end

  # The observer reads after it has been told of the death.
  defp stale?(key) do
    owner = self()

    {pid, monitor} =
      spawn_monitor(fn ->
        {:ok, _} = Registry.register(Names, key, nil)
        send(owner, {:ready, self()})
        Process.sleep(:infinity)
      end)

    receive do: ({:ready, ^pid} -> :ok)
    Process.exit(pid, :kill)
    receive do: ({:DOWN, ^monitor, _, _, _} -> :ok)
    Registry.lookup(Names, key) != []
  end

  defp calls(_, 0), do: :ok

  defp calls(name, left) do
    GenServer.call(name, {:add, 1})
    calls(name, left - 1)
  end

  defp routed(0), do: :ok

  defp routed(left) do
    entries = Registry.lookup(Names, "pool")
    {pid, _} = Enum.at(entries, rem(left, 10))
    GenServer.call(pid, {:add, 1})
    routed(left - 1)
  end

  defp start_children(_, 0), do: :ok

  defp start_children(supervisor, left) do
    {:ok, _} = DynamicSupervisor.start_child(supervisor, {Counter, 0})
    start_children(supervisor, left - 1)
  end
end

[row] = System.argv()
Bench.main(row)
