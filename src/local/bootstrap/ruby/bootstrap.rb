# frozen_string_literal: true

# The program that runs inside the process of a Ruby function (ruby3.2 and later).
#
# It loads the handler, asks the Runtime API for events and reports what the handler returns or raises.
# It uses the standard library only, and a plain socket instead of net/http, which loads slowly. What
# functions see (messages, error types, exit codes) follows the gem aws_lambda_ric and the Lambda
# developer guide, "Building Lambda functions with Ruby".

require 'json'
require 'logger'
require 'socket'
require 'stringio'

$stdout.sync = true
$stderr.sync = true

# How functions turn events into arguments and results into bodies; a function may redefine both.
module AwsLambda
  class Marshaller
    class << self
      def marshall_request(raw_request)
        raw_request['Content-Type'] == 'application/json' ? JSON.parse(raw_request.body) : raw_request.body
      end

      # An IO goes out as it is; everything else as JSON.
      def marshall_response(response)
        case response
        when StringIO, IO then [response, 'application/unknown']
        else response.to_json
        end
      end
    end
  end
end

# The `context` of the handler.
class LambdaContext
  attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name, :function_name,
              :memory_limit_in_mb, :function_version, :identity, :tenant_id, :client_context, :deadline_ms

  def initialize(request)
    # The monotonic clock with the offset of now: a change of the wall clock does not move the deadline.
    @clock_offset = clock(Process::CLOCK_REALTIME) - clock(Process::CLOCK_MONOTONIC)
    @deadline_ms = request['Lambda-Runtime-Deadline-Ms'].to_i
    @aws_request_id = request['Lambda-Runtime-Aws-Request-Id']
    @invoked_function_arn = request['Lambda-Runtime-Invoked-Function-Arn']
    @log_group_name = ENV.fetch('AWS_LAMBDA_LOG_GROUP_NAME', nil)
    @log_stream_name = ENV.fetch('AWS_LAMBDA_LOG_STREAM_NAME', nil)
    @function_name = ENV.fetch('AWS_LAMBDA_FUNCTION_NAME', nil)
    @memory_limit_in_mb = ENV.fetch('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', nil)
    @function_version = ENV.fetch('AWS_LAMBDA_FUNCTION_VERSION', nil)
    @identity = parse(request['Lambda-Runtime-Cognito-Identity'])
    @tenant_id = present(request['Lambda-Runtime-Aws-Tenant-Id'])
    @client_context = parse(request['Lambda-Runtime-Client-Context'])
  end

  def get_remaining_time_in_millis
    [@deadline_ms - (clock(Process::CLOCK_MONOTONIC) + @clock_offset), 0].max
  end

  private

  def clock(id) = Process.clock_gettime(id, :millisecond)
  def present(text) = text.nil? || text.empty? ? nil : text
  def parse(text) = present(text) && JSON.parse(text)
end

# What of this program a function may meet by name stays above; the rest lives here.
module LambdakitBootstrap
  EXIT_CRITICAL_ERROR = -1
  EXIT_RUNTIME_ERROR = -2
  EXIT_INIT_ERROR = -4

  # Larger X-Ray causes than this are not sent.
  MAX_XRAY_CAUSE_BYTES = 1024 * 1024
  MAX_XRAY_FRAMES = 15
  MAX_STACK_FRAMES = 100

  # Classes whose name may appear in the error type header; others are the user's.
  NAMED_CLASSES = %w[
    ArgumentError NoMethodError Exception StandardError NameError LoadError SystemExit SystemStackError
  ].freeze

  # An answer of the Runtime API.
  Response = Struct.new(:status, :headers, :body) do
    def [](name) = headers[name.downcase]
  end

  # One keep-alive HTTP/1.1 connection; reconnects when the other side closed it.
  class Connection
    def initialize(address)
      @host, port = address.split(':')
      @port = port.to_i
    end

    # Sends one request (`head` without its empty line) and waits for the answer without a time limit.
    def exchange(head, body = nil)
      @socket ||= TCPSocket.new(@host, @port).tap { |socket| socket.setsockopt(:TCP, :NODELAY, true) }
      head += "\r\ncontent-length: #{body.bytesize}" if body
      @socket.write("#{head}\r\n\r\n".b, *body)
      receive.tap { |response| close if response['connection']&.downcase == 'close' }
    rescue Exception # rubocop:disable Lint/RescueException
      close
      raise
    end

    private

    def receive
      loop do
        status = line.split(' ', 3)[1].to_i
        headers = {}
        until (text = line).empty?
          name, value = text.split(':', 2)
          headers[name.downcase] = value.strip
        end
        return Response.new(status, headers, receive_body(headers)) if status >= 200
      end
    end

    def receive_body(headers)
      return receive_chunks if headers['transfer-encoding']&.downcase == 'chunked'

      read(headers['content-length'].to_i).force_encoding(Encoding::UTF_8)
    end

    def receive_chunks
      body = +''
      while (size = line.to_i(16)).positive?
        body << read(size)
        line
      end
      nil until line.empty?
      body.force_encoding(Encoding::UTF_8)
    end

    def line
      text = @socket.gets("\r\n", chomp: true) or raise EOFError, 'The Runtime API closed the connection'
      text.force_encoding(Encoding::UTF_8)
    end

    def read(size)
      bytes = size.zero? ? +'' : @socket.read(size)
      raise EOFError, 'The Runtime API closed the connection' if bytes.nil? || bytes.bytesize < size

      bytes
    end

    def close
      @socket&.close
      @socket = nil
    end
  end

  # The calls of the Runtime API (Lambda developer guide, custom runtimes).
  class RuntimeApi
    def initialize(address)
      @connection = Connection.new(address)
      @headers = "host: #{address}\r\nuser-agent: aws-lambda-ruby/#{RUBY_VERSION}-lambdakit"
    end

    def next
      response = @connection.exchange(head('GET', '/invocation/next'))
      raise "Received #{response.status} when waiting for next invocation." unless response.status == 200

      response
    end

    def post_response(request_id, body, content_type)
      @connection.exchange(head('POST', "/invocation/#{request_id}/response", 'content-type' => content_type), body)
    end

    def post_error(request_id, failure)
      cause = failure.xray_cause
      headers = failure.headers
      if cause.bytesize < MAX_XRAY_CAUSE_BYTES
        headers = headers.merge('lambda-runtime-function-xray-error-cause' => cause)
      end
      @connection.exchange(head('POST', "/invocation/#{request_id}/error", headers), failure.payload.to_json)
    end

    def post_init_error(failure)
      @connection.exchange(head('POST', '/init/error', failure.headers), failure.payload.to_json)
    end

    private

    def head(method, path, headers = {})
      lines = headers.map { |name, value| "\r\n#{name}: #{value.gsub(/[[:cntrl:]]/, ' ')}" }
      "#{method} /2018-06-01/runtime#{path} HTTP/1.1\r\n#{@headers}#{lines.join}"
    end
  end

  # An exception with what Lambda reports of it.
  class Failure
    attr_reader :payload

    # `origin` is Function, Init or Runtime.
    def initialize(error, origin)
      @type = "#{origin}<#{error.class}>"
      @is_named = NAMED_CLASSES.include?(error.class.to_s)
      @frames = own_frames_cut(error.backtrace_locations || [])
      @payload = { errorMessage: text(error.message), errorType: @type, stackTrace: @frames.map { |frame| text(frame.to_s) } }
    end

    def headers
      {
        'content-type' => 'application/json',
        'lambda-runtime-function-error-type' => @is_named ? @type : 'Function<UserException>'
      }
    end

    def xray_cause
      stack = @frames.first(MAX_XRAY_FRAMES).map { |at| { path: at.path, line: at.lineno, label: at.label } }
      exception = { message: @payload[:errorMessage], type: @type, stack: stack }
      JSON.dump({ working_directory: Dir.pwd, paths: Gem.path, exceptions: [exception] })
    end

    private

    # The user's frames end where this program called in.
    def own_frames_cut(frames)
      frames.first(MAX_STACK_FRAMES).take_while { |frame| frame.path != __FILE__ }
    end

    def text(value) = value.to_s.dup.force_encoding(Encoding::UTF_8).scrub
  end

  # Where log messages go: the telemetry descriptor, one frame each, or stdout.
  class FramedSink < Logger::LogDevice
    FRAME_TYPE = 0xa55a0003

    def initialize(descriptor) # rubocop:disable Lint/MissingSuper
      @file = IO.new(descriptor, 'wb')
      @file.sync = true
      @mutex = Mutex.new
    end

    def write(message)
      microseconds = Process.clock_gettime(Process::CLOCK_REALTIME, :microsecond)
      frame = [FRAME_TYPE, message.bytesize, microseconds].pack('L>L>Q>') + message.b
      @mutex.synchronize { @file.write(frame) }
    end

    def reopen(_log = nil) = nil
    def close = nil
  end

  # Lambda's format of Logger, with the request ID of the current invocation.
  class LogFormatter < Logger::Formatter
    def call(severity, time, progname, message)
      text = "#{severity[0]}, [#{format_datetime(time)} ##{Process.pid}] #{severity.rjust(5)} " \
             "#{LambdakitBootstrap.request_id} -- #{progname}: #{msg2str(message)}"
      text.encode(Encoding::UTF_8)
    end

    private

    # A frame is one log event by itself; on stdout a line end makes it one.
    def msg2str(message) = LambdakitBootstrap.sink ? super : "#{super}\n"
  end

  # Loggers of stdout and stderr write Lambda's format; files and other devices stay as they are.
  module LoggerPatch
    def initialize(device = nil, *rest, formatter: nil, **options)
      if device.nil? || device.equal?($stdout) || device.equal?($stderr)
        formatter ||= LogFormatter.new
        device = LambdakitBootstrap.sink || device
      end
      super(device, *rest, formatter: formatter, **options)
    end
  end

  # Finds and calls the handler; an object of its own, so that methods of the user's file are in reach.
  class Handler
    attr_reader :file

    def initialize(name)
      parts = name.split('.')
      unless [2, 3].include?(parts.size)
        raise ArgumentError, "Invalid handler #{parts}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD " \
                             'where FILENAME corresponds with an existing Ruby source file FILENAME.rb, CLASS is an ' \
                             'optional module/class namespace and METHOD is a callable method. If using CLASS, METHOD ' \
                             'must be a class-level method.'
      end
      @file = parts.first
      @class_name = parts[1] if parts.size == 3
      @method = parts.last
    end

    def call(event, context)
      receiver = @class_name ? Kernel.const_get(@class_name) : self
      AwsLambda::Marshaller.marshall_response(receiver.__send__(@method, event: event, context: context))
    end
  end

  # The loop of init, events and answers.
  class Runtime
    def initialize(api, handler_name)
      @api = api
      @handler_name = handler_name
    end

    def run(task_root)
      handler = load_handler(task_root)
      loop { invoke(handler, @api.next) }
    end

    private

    def load_handler(task_root)
      $LOAD_PATH.unshift(task_root) unless $LOAD_PATH.include?(task_root)
      Handler.new(@handler_name).tap { |handler| require handler.file }
    rescue Exception => e # rubocop:disable Lint/RescueException
      failure = Failure.new(e, 'Init')
      log("Init error when loading handler #{@handler_name}", failure)
      @api.post_init_error(failure)
      exit(EXIT_INIT_ERROR)
    end

    def invoke(handler, request)
      LambdakitBootstrap.request_id = request['Lambda-Runtime-Aws-Request-Id']
      trace = request['Lambda-Runtime-Trace-Id']
      ENV['_X_AMZN_TRACE_ID'] = trace if trace
      event = AwsLambda::Marshaller.marshall_request(request)
      answer(request, *call_handler(handler, event, request))
    end

    # Body and content type, or nothing when the error was reported.
    def call_handler(handler, event, request)
      handler.call(event, LambdaContext.new(request))
    rescue StandardError => e
      # A missing name or method is taken for a broken function, which a fresh process may repair.
      e.is_a?(NameError) ? fail_for_good(request, e) : report('Error raised from handler method', request, e)
    rescue Exception => e # rubocop:disable Lint/RescueException
      fail_for_good(request, e)
    end

    def answer(request, body = nil, content_type = nil)
      return if body.nil?

      body = body.read if content_type == 'application/unknown'
      @api.post_response(request['Lambda-Runtime-Aws-Request-Id'], body, content_type || 'application/json')
    rescue StandardError => e
      @api.post_error(request['Lambda-Runtime-Aws-Request-Id'], Failure.new(e, 'Runtime'))
      exit(EXIT_RUNTIME_ERROR)
    end

    def fail_for_good(request, error)
      report('Critical exception from handler', request, error)
      exit(EXIT_CRITICAL_ERROR)
    end

    def report(label, request, error)
      failure = Failure.new(error, 'Function')
      log(label, failure)
      @api.post_error(request['Lambda-Runtime-Aws-Request-Id'], failure)
      nil
    end

    def log(label, failure)
      Kernel.puts(label)
      Kernel.puts(JSON.pretty_generate(failure.payload))
    end
  end

  class << self
    attr_accessor :request_id, :sink

    def start
      descriptor = ENV.delete('_LAMBDA_TELEMETRY_LOG_FD')
      ENV.delete_if { |name, _| name.start_with?('LAMBDAKIT_') }
      frame_output(Integer(descriptor)) if descriptor
      Logger.prepend(LoggerPatch)
      Runtime.new(RuntimeApi.new(ENV.fetch('AWS_LAMBDA_RUNTIME_API')), ENV.fetch('_HANDLER')).run(ENV.fetch('LAMBDA_TASK_ROOT'))
    end

    private

    # `puts` becomes one frame, so that a text of several lines stays one log event.
    def frame_output(descriptor)
      self.sink = FramedSink.new(descriptor)
      Kernel.module_eval do
        def puts(*values)
          text = values.flatten.map { |value| value.to_s.encode(Encoding::UTF_8) }.join("\n")
          LambdakitBootstrap.sink.write(text.end_with?("\n") ? text : "#{text}\n")
          nil
        end
        module_function :puts
      end
    end
  end
end

LambdakitBootstrap.start
